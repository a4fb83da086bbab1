{#- The instant of a time of Recurly: ISO 8601 from the API, local time with an abbreviated zone or an offset in an export. The
    abbreviation tells which of the two hours it is when clocks are set back. Those that several zones share are American or
    British, unless the variable recurly_time_zone names the site's zone; IST is unknown without it. Null for a zone that is not
    known here: tests/dbt/singular/silver/recurly_money_reconciles.sql lists such rows. -#}
{% macro recurly_instant(time_text) -%}
    {%- set offsets = {
        "+00:00": ["UTC", "GMT", "WET", "Z"],
        "+01:00": ["CET", "WEST", "BST", "WAT"],
        "+02:00": ["CEST", "EET", "SAST", "CAT"],
        "+03:00": ["EEST", "MSK", "EAT", "IDT"],
        "+05:00": ["PKT"],
        "+07:00": ["WIB"],
        "+08:00": ["HKT", "AWST", "SGT"],
        "+09:00": ["JST", "KST"],
        "+09:30": ["ACST"],
        "+10:00": ["AEST"],
        "+10:30": ["ACDT"],
        "+11:00": ["AEDT"],
        "+12:00": ["NZST"],
        "+13:00": ["NZDT"],
        "-02:30": ["NDT"],
        "-03:00": ["ADT", "BRT", "ART"],
        "-03:30": ["NST"],
        "-04:00": ["EDT", "AST"],
        "-05:00": ["EST", "CDT"],
        "-06:00": ["CST", "MDT"],
        "-07:00": ["MST", "PDT"],
        "-08:00": ["PST", "AKDT"],
        "-09:00": ["AKST"],
        "-10:00": ["HST"],
        "-11:00": ["SST"],
    } -%}
    {%- set shared = ["IST", "CST", "CDT", "BST", "AST", "PST", "SST"] -%}
    {%- set zone = "upper(substring(trim(" ~ time_text ~ "), 21))" -%}
    {%- set site_zone = var("recurly_time_zone", none) -%}
    case
        when {{ time_text }} like '%-%T%:%' then try_cast({{ time_text }} as timestamp)
        {%- if site_zone %}
        when {{ zone }} in ('{{ shared | join("', '") }}')
            then to_utc_timestamp(try_cast(substring(trim({{ time_text }}), 1, 19) as timestamp), '{{ site_zone }}')
        {%- endif %}
        else try_cast(
            concat(
                substring(trim({{ time_text }}), 1, 19),
                case
                    when {{ zone }} rlike '^[+-][0-9][0-9]'
                        then concat(
                            substring({{ zone }}, 1, 3), ':',
                            rpad(substring(replace({{ zone }}, ':', ''), 4), 2, '0')
                        )
                    {%- for offset, zones in offsets.items() %}
                    when {{ zone }} in ('{{ zones | join("', '") }}') then '{{ offset }}'
                    {%- endfor %}
                end
            ) as timestamp
        )
    end
{%- endmacro %}
