{#- The interval of a billing cycle, which Braintree counts in months: twelve of them are a year. -#}
{% macro braintree_interval(months) -%}
    case when {{ months }} % 12 = 0 then 'year' when {{ months }} > 0 then 'month' end
{%- endmacro %}

{#- How many of those intervals a billing cycle has. -#}
{% macro braintree_interval_count(months) -%}
    case when {{ months }} % 12 = 0 then cast({{ months }} div 12 as int) else {{ months }} end
{%- endmacro %}
