{#- The instant of a date like 'Nov 1, 2019' and a time like '3:29:44 AM PDT'. PDT or PST tells which of the two hours it is
    when clocks are set back. Without a time: the day's first second in Pacific time. -#}
{% macro pacific_instant(date_text, time_text) -%}
    {%- set day = long_date(date_text) -%}
    {%- set hour -%}
        cast(regexp_extract({{ time_text }}, '^([0-9]+):', 1) as int) % 12
        + case when upper({{ time_text }}) like '%PM%' then 12 else 0 end
    {%- endset -%}
    case
        when {{ time_text }} like '%:%'
            then timestampadd(
                hour,
                case when upper({{ time_text }}) like '%PDT%' then 7 else 8 end,
                try_cast(concat(
                    cast({{ day }} as string), ' ', lpad(cast({{ hour }} as string), 2, '0'),
                    regexp_extract({{ time_text }}, '(:[0-9]+:[0-9]+)', 1)
                ) as timestamp)
            )
        else to_utc_timestamp(cast({{ day }} as timestamp), 'America/Los_Angeles')
    end
{%- endmacro %}
