{#- The id by which the client libraries and the fee report call what the GraphQL API sends. A query that did not ask for
    `legacyId` has only the global id, which is base64 of `transaction_`, `refund_` or `dispute_` and that id. -#}
{% macro braintree_id(legacy, global) -%}
    coalesce(
        {{ legacy }},
        case
            when {{ global }} rlike '^(dHJhbnNhY3Rpb25f|cmVmdW5kX|ZGlzcHV0ZV)[A-Za-z0-9+/]*$' and length({{ global }}) % 4 <> 1
                then regexp_replace(
                    cast(unbase64(rpad({{ global }}, length({{ global }}) + (4 - length({{ global }}) % 4) % 4, '=')) as string),
                    '^[a-z]+_', ''
                )
        end,
        {{ global }}
    )
{%- endmacro %}
