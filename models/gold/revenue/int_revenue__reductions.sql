{{ config(materialized='ephemeral') }}

with notes as (
    select
        provider,
        invoice_id,
        total_minor,
        lines,
        issued_at as changed_at,
        1L as sign
    from {{ ref('credit_notes') }}

    union all

    select
        provider,
        invoice_id,
        total_minor,
        lines,
        voided_at as changed_at,
        -1L as sign
    from {{ ref('credit_notes') }}
    where voided_at is not null
),

note_lines as (
    select
        provider,
        invoice_id,
        changed_at,
        sign,
        explode(lines) as line
    from notes
),

noted_refunds as (
    select
        provider,
        explode(refund_ids) as refund_id
    from {{ ref('credit_notes') }}
),

-- What a credit note says of single lines concerns them alone; the rest of it, with tax, the invoice as a whole.
reductions as (
    select
        note_lines.provider,
        note_lines.invoice_id,
        note_lines.line.invoice_line_id,
        note_lines.changed_at,
        note_lines.sign * note_lines.line.amount_minor as line_credit_minor,
        0L as credit_minor,
        0L as refund_minor
    from note_lines

    union all

    select
        provider,
        invoice_id,
        cast(null as string) as invoice_line_id,
        changed_at,
        0L as line_credit_minor,
        sign * (total_minor - aggregate(lines, 0L, (total, line) -> total + line.amount_minor + line.tax_minor))
            as credit_minor,
        0L as refund_minor
    from notes

    {% if var('refunds_reduce_revenue', true) %}
        union all

        select
            refunds.provider,
            attempts.invoice_id,
            cast(null as string) as invoice_line_id,
            refunds.created_at as changed_at,
            0L as line_credit_minor,
            0L as credit_minor,
            refunds.amount_minor as refund_minor
        from {{ ref('refunds') }} as refunds
        inner join {{ ref('payment_attempts') }} as attempts
            on refunds.provider = attempts.provider and refunds.attempt_id = attempts.attempt_id
        left anti join noted_refunds
            on refunds.provider = noted_refunds.provider and refunds.refund_id = noted_refunds.refund_id
        where attempts.invoice_id is not null and coalesce(refunds.status, '') not in ('failed', 'canceled')
    {% endif %}
),

final as (
    select
        lines.provider,
        lines.invoice_line_id,
        {{ reporting_month('reductions.changed_at') }} as month_date,
        cast(sum(reductions.line_credit_minor) as bigint) as line_credit_minor,
        cast(sum(reductions.credit_minor) as bigint) as credit_minor,
        cast(sum(reductions.refund_minor) as bigint) as refund_minor
    from {{ ref('invoice_lines') }} as lines
    inner join reductions
        on
            lines.provider = reductions.provider
            and lines.invoice_id = reductions.invoice_id
            and lines.invoice_line_id = coalesce(reductions.invoice_line_id, lines.invoice_line_id)
    group by lines.provider, lines.invoice_line_id, {{ reporting_month('reductions.changed_at') }}
)

select * from final
