{#- The instant of a time of Recurly: ISO 8601 from the API, local time with an abbreviated zone or an offset in an export. The
    abbreviation tells which of the two hours it is when clocks are set back. Those that several zones share are American or
    British, unless the variable recurly_time_zone names the site's zone; IST is unknown without it. Null for a zone that is not
    known here: tests/dbt/singular/silver/recurly_money_reconciles.sql lists such rows. -#}
{% macro recurly_instant(time_text) -%}
    {%- set offsets -%}
        UTC+00:00 GMT+00:00 WET+00:00 CET+01:00 WEST+01:00 BST+01:00 WAT+01:00 CEST+02:00 EET+02:00 SAST+02:00 CAT+02:00
        EEST+03:00 MSK+03:00 EAT+03:00 IDT+03:00 PKT+05:00 WIB+07:00 HKT+08:00 AWST+08:00 SGT+08:00 JST+09:00 KST+09:00
        ACST+09:30 AEST+10:00 ACDT+10:30 AEDT+11:00 NZST+12:00 NZDT+13:00 NDT-02:30 ADT-03:00 BRT-03:00 ART-03:00
        NST-03:30 EDT-04:00 AST-04:00 EST-05:00 CDT-05:00 CST-06:00 MDT-06:00 MST-07:00 PDT-07:00 PST-08:00 AKDT-08:00
        AKST-09:00 HST-10:00 SST-11:00
    {%- endset -%}
    {%- set shared = "IST CST CDT BST AST PST SST" -%}
    {%- set zone = "upper(substring(" ~ time_text ~ ", 21))" -%}
    {%- set site_zone = var("recurly_time_zone", none) -%}
    case
        when {{ time_text }} like '%T%:%' then try_cast({{ time_text }} as timestamp)
        {%- if site_zone %}
        when {{ zone }} in ('{{ shared.split() | join("', '") }}')
            then to_utc_timestamp(try_cast(substring({{ time_text }}, 1, 19) as timestamp), '{{ site_zone }}')
        {%- endif %}
        else try_cast(
            concat(
                substring({{ time_text }}, 1, 19),
                coalesce(
                    nullif(
                        regexp_extract('{{ offsets.split() | join(" ") }}', concat('(^| )', {{ zone }}, '([+-][0-9:]+)'), 2), ''
                    ),
                    rpad(
                        regexp_replace(
                            nullif(regexp_extract({{ zone }}, '^[+-][0-9:]+$', 0), ''), '^([+-][0-9][0-9]):?', '$1:'
                        ),
                        6, '0'
                    )
                )
            ) as timestamp
        )
    end
{%- endmacro %}
