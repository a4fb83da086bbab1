select * from {{ ref("int_stripe__payouts") }}
