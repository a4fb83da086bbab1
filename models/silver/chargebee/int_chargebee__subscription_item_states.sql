{{ config(materialized="ephemeral") }}

{{ states_of_items("chargebee", item="price_id") }}
