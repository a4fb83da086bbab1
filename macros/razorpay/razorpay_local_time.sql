{#- The instant of a time in a report, which is Indian and does not say so: ISO, or with slashes the day before the month. -#}
{% macro razorpay_local_time(time_text) -%}
    to_utc_timestamp(
        try_cast(
            case
                when {{ time_text }} like '__/__/____%' then concat(
                    substr({{ time_text }}, 7, 4), '-', substr({{ time_text }}, 4, 2), '-', substr({{ time_text }}, 1, 2),
                    substr({{ time_text }}, 11)
                )
                else {{ time_text }}
            end as timestamp
        ),
        'Asia/Kolkata'
    )
{%- endmacro %}
