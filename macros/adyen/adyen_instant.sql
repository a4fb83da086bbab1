{#- The instant of a local time and the abbreviated zone beside it. An abbreviation is an offset, whatever the season: Adyen
    marks summer rows CET and PST too, and means them so. Null for a zone that is not known here, such as IST, which three
    countries use; tests/dbt/singular/silver/adyen_money_reconciles.sql lists such rows. -#}
{% macro adyen_instant(local_time, zone) -%}
    {%- set offsets = {
        "+00:00": ["UTC", "GMT", "WET"],
        "+01:00": ["CET", "BST", "WEST"],
        "+02:00": ["CEST", "EET"],
        "+03:00": ["EEST", "MSK"],
        "+04:00": ["GST"],
        "+08:00": ["SGT", "HKT", "AWST"],
        "+09:00": ["JST", "KST"],
        "+10:00": ["AEST"],
        "+11:00": ["AEDT"],
        "+12:00": ["NZST"],
        "+13:00": ["NZDT"],
        "-03:00": ["BRT", "ART"],
        "-04:00": ["EDT"],
        "-05:00": ["EST", "CDT"],
        "-06:00": ["CST", "MDT"],
        "-07:00": ["MST", "PDT"],
        "-08:00": ["PST"],
    } -%}
    try_cast(
        concat(
            trim({{ local_time }}),
            case
                {%- for offset, zones in offsets.items() %}
                when upper(trim({{ zone }})) in ('{{ zones | join("', '") }}') then '{{ offset }}'
                {%- endfor %}
            end
        ) as timestamp
    )
{%- endmacro %}
