{{ config(materialized="ephemeral") }}

with versions as (
    select * from {{ ref("stg_razorpay__invoices") }}
),

numbered as (
    select
        *,
        {{ razorpay_choice("invoice_id", "progress", ties=["status_raw", "paid_minor"]) }}
    from versions
)

select * from numbered
where choice = 1
