{#- Items of a subscription have no identifier. It has one plan, whatever its price: that is the subscription itself; anything
    else is known by its price. -#}
{% macro chargebee_item_id(subscription_id, item_type, price_id) -%}
    case when {{ item_type }} like 'plan%' then {{ subscription_id }} else concat({{ subscription_id }}, ':', {{ price_id }}) end
{%- endmacro %}
