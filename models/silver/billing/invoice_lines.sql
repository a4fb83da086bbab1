select * from {{ ref("int_stripe__invoice_lines") }}
