{#- The first instant at which an event of a history had one of the statuses; the history is an array of structs. -#}
{% macro braintree_first(history, statuses) -%}
    try_cast(array_min(transform(
        filter({{ history }}, e -> lower(e.status) in ('{{ statuses | join("', '") }}')),
        e -> e.timestamp
    )) as timestamp)
{%- endmacro %}
