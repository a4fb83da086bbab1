{#- The events of a statusHistory of the GraphQL API: status, timestamp, source, amount, batch_id, rejection_reason,
    response_code, disbursement_date. An event of which a query asked nothing is an empty array, and left out. -#}
{% macro braintree_events(history) -%}
    {%- set event = "status: string, timestamp: string, source: string, amount: struct<value: string>, "
        ~ "settlementBatchId: string, gatewayRejectionReason: string, processorResponse: struct<legacyCode: string>, "
        ~ "disbursementDate: string" -%}
    transform(
        from_json(
            regexp_replace(
                regexp_replace({{ history }}, ',\\s*\\[\\s*\\]', ''), '^\\s*\\[\\s*\\[\\s*\\]\\s*,?', '['
            ),
            'array<struct<{{ event }}>>'
        ),
        e -> named_struct(
            'status', lower(e.status),
            'timestamp', e.timestamp,
            'source', lower(e.source),
            'amount', e.amount.value,
            'batch_id', e.settlementBatchId,
            'rejection_reason', lower(e.gatewayRejectionReason),
            'response_code', e.processorResponse.legacyCode,
            'disbursement_date', e.disbursementDate
        )
    )
{%- endmacro %}
