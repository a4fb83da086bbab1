{{ config(materialized="ephemeral") }}

with versions as (
    select
        *,
        array_position(array('issued', 'void'), coalesce(status, '')) as progress
    from {{ ref("stg_stripe__credit_notes") }}
),

numbered as (
    select
        *,
        {{ choose_version("credit_note_id", progress="progress", ties=["reason"]) }}
    from versions
),

final as (
    select
        account_id as source_account_id,
        credit_note_id,
        invoice_id,
        status,
        reason,
        currency,
        total_minor - {{ sum_of_amounts("taxes") }} as amount_minor,
        {{ sum_of_amounts("taxes") }} as tax_minor,
        total_minor,
        -- What no line is named for, or a line that the page cut off, is taken off the invoice as a whole.
        if(
            coalesce(has_more_lines, true),
            from_json('[]', 'array<struct<invoice_line_id: string, amount_minor: bigint, tax_minor: bigint>>'),
            transform(
                filter(lines, l -> l.invoice_line_item is not null),
                l -> named_struct(
                    'invoice_line_id', l.invoice_line_item,
                    -- `amount` contains the taxes that were priced in, and only those.
                    'amount_minor', {{ whole_units("l.amount") }} - {{ sum_of_amounts("l.discount_amounts") }}
                    - {{ sum_of_amounts(
                        "filter(coalesce(l.taxes, l.tax_amounts), "
                        ~ "t -> t.inclusive = 'true' or t.tax_behavior = 'inclusive')"
                    ) }},
                    'tax_minor', {{ sum_of_amounts("coalesce(l.taxes, l.tax_amounts)") }}
                )
            )
        ) as lines,
        if(
            size(refunds) > 0,
            transform(refunds, r -> r.refund),
            filter(array(refund_id), id -> id is not null)
        ) as refund_ids,
        issued_at,
        case when status = 'void' then voided_at end as voided_at,
        source_file_id
    from numbered
    where choice = 1
)

select * from final
