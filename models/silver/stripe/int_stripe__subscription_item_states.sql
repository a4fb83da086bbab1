{{ config(materialized="ephemeral") }}

{{ states_of_items("stripe") }}
