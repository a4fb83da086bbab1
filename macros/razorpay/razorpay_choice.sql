{#- Two columns for every version of an entity: `choice`, 1 for the version that counts, and `account_id`, which only events
    know. The furthest `progress` counts first, then the latest event; an export, which does not say when it was made, comes
    before the events. -#}
{% macro razorpay_choice(key, progress, ties=[]) -%}
    max(source_account_id) over (partition by {{ key }}) as account_id,
        row_number() over (
            partition by {{ key }}
            order by
                {{ progress }} desc,
                event_at desc nulls first,
                {%- for tie in ties %}
                {{ tie }} asc,
                {%- endfor %}
                source_file_id asc
        ) as choice
{%- endmacro %}
