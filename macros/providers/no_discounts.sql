{#- The empty list of discounts in a subscription item's state, for providers that have none. -#}
{% macro no_discounts() -%}
    from_json(
        '[]',
        'array<struct<kind: string, percent_off: decimal(9, 4), amount_off_minor: bigint, duration: string, starts_at: timestamp, ends_at: timestamp, discount_id: string, is_of_item: boolean>>'
    )
{%- endmacro %}
