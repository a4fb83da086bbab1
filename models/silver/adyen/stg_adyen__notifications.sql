{{ config(materialized="ephemeral") }}

with source as (
    select * from {{ source("bronze_adyen", "notifications") }}
),

renamed as (
    select
        merchantaccountcode as merchant_account,
        pspreference as psp_reference,
        nullif(trim(originalreference), '') as original_reference,
        eventcode as event_code,
        try_cast(eventdate as timestamp) as event_at,
        success = 'true' as is_success,
        nullif(nullif(trim(reason), ''), 'null') as reason,
        nullif(trim(paymentmethod), '') as payment_method,
        upper(get_json_object(amount, '$.currency')) as currency,
        {{ whole_units("get_json_object(amount, '$.value')") }} as amount_minor,
        additionaldata as additional_json,
        nullif(get_json_object(additionaldata, '$.merchantOrderReference'), '') as order_reference,
        _file_id as source_file_id,
        -- Adyen delivers at least once; the copies say the same.
        row_number() over (
            partition by pspreference, eventcode, eventdate, success
            order by _file_id, _record
        ) as copy_number
    from source
),

final as (
    select
        merchant_account,
        psp_reference,
        original_reference,
        event_code,
        event_at,
        is_success,
        reason,
        payment_method,
        currency,
        amount_minor,
        additional_json,
        order_reference,
        source_file_id
    from renamed
    where copy_number = 1
)

select * from final
