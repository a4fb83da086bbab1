{{ config(materialized="ephemeral") }}

{{ items_of_subscriptions("chargebee") }}
