{{ config(materialized="ephemeral") }}

select * from {{ ref("int_stripe__attempts") }}
union all
select * from {{ ref("int_stripe__unfinished_payments") }}
