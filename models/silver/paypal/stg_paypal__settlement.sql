{{ config(materialized="ephemeral") }}

{{ paypal_transactions("settlement", ["bank_reference_id"]) }}
