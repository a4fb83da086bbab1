{{ config(materialized="ephemeral") }}

with steps as (
    select
        merchant_account as source_account_id,
        dispute_id,
        psp_reference as attempt_id,
        record_type as step,
        recorded_at as step_at,
        amount_minor,
        currency,
        reason_code,
        reason,
        cast(null as string) as status_raw,
        cast(null as timestamp) as evidence_due_at,
        source_file_id
    from {{ ref("stg_adyen__dispute_records") }}
    where record_type <> 'NotificationOfFraud'
    union all
    select
        merchant_account as source_account_id,
        psp_reference as dispute_id,
        original_reference as attempt_id,
        replace(initcap(replace(event_code, '_', ' ')), ' ', '') as step,
        event_at as step_at,
        amount_minor,
        currency,
        trim(coalesce(
            get_json_object(additional_json, '$.chargebackReasonCode'),
            get_json_object(additional_json, '$.rfiReasonCode')
        )) as reason_code,
        reason,
        get_json_object(additional_json, '$.disputeStatus') as status_raw,
        try_cast(get_json_object(additional_json, '$.defensePeriodEndsAt') as timestamp) as evidence_due_at,
        source_file_id
    from {{ ref("stg_adyen__notifications") }}
    where
        event_code in (
            'REQUEST_FOR_INFORMATION', 'NOTIFICATION_OF_CHARGEBACK', 'CHARGEBACK', 'CHARGEBACK_REVERSED',
            'SECOND_CHARGEBACK', 'PREARBITRATION_WON', 'PREARBITRATION_LOST', 'INFORMATION_SUPPLIED',
            'DISPUTE_DEFENSE_PERIOD_ENDED', 'ISSUER_RESPONSE_TIMEFRAME_EXPIRED'
        )
    union all
    select
        source_account_id,
        source_id as dispute_id,
        attempt_id,
        case type when 'dispute' then 'Chargeback' else 'ChargebackReversed' end as step,
        occurred_at as step_at,
        abs(presentment_minor) as amount_minor,
        presentment_currency as currency,
        cast(null as string) as reason_code,
        cast(null as string) as reason,
        cast(null as string) as status_raw,
        cast(null as timestamp) as evidence_due_at,
        source_file_id
    from {{ ref("int_adyen__movements") }}
    where type in ('dispute', 'dispute_reversal')
),

-- How far a dispute has come: what ends it counts only as long as nothing goes further, as a second chargeback does.
ordered as (
    select
        *,
        case
            when step in ('ChargebackReversed', 'PrearbitrationWon', 'IssuerResponseTimeframeExpired') then 'won'
            when step in ('SecondChargeback', 'PrearbitrationLost') then 'lost'
            when step = 'DisputeDefensePeriodEnded' then 'lost'
        end as verdict,
        row_number() over (
            partition by dispute_id
            order by
                array_position(
                    array(
                        'RequestForInformation', 'NotificationOfChargeback', 'InformationSupplied', 'Chargeback',
                        'DisputeDefensePeriodEnded', 'ChargebackReversed', 'IssuerResponseTimeframeExpired',
                        'SecondChargeback', 'PrearbitrationWon', 'PrearbitrationLost'
                    ),
                    step
                ) desc,
                step_at desc,
                status_raw desc nulls last,
                source_file_id asc
        ) as choice
    from steps
    where dispute_id is not null
),

disputes as (
    select
        max(source_account_id) as source_account_id,
        dispute_id,
        max(attempt_id) as attempt_id,
        max(reason_code) as reason_code,
        min(reason) as reason,
        not max(
            step in (
                'NotificationOfChargeback', 'Chargeback', 'ChargebackReversed', 'SecondChargeback', 'PrearbitrationWon',
                'PrearbitrationLost'
            )
        ) as is_inquiry,
        max(amount_minor) as amount_minor,
        max(currency) as currency,
        max(case when choice = 1 then coalesce(status_raw, step) end) as status_raw,
        min(step_at) as opened_at,
        min(evidence_due_at) as evidence_due_at,
        max(case when choice = 1 and verdict is not null then step_at end) as closed_at,
        max(case when choice = 1 then verdict end) as verdict,
        min(source_file_id) as source_file_id
    from ordered
    group by dispute_id
)

select
    disputes.source_account_id,
    disputes.dispute_id,
    disputes.attempt_id,
    coalesce(payments.payment_id, disputes.attempt_id) as payment_id,
    coalesce(disputes.reason_code, disputes.reason) as reason_raw,
    disputes.reason,
    disputes.is_inquiry,
    disputes.amount_minor,
    disputes.currency,
    disputes.status_raw,
    disputes.opened_at,
    disputes.evidence_due_at,
    disputes.closed_at,
    case when disputes.is_inquiry and disputes.verdict is not null then 'closed' else disputes.verdict end as outcome,
    disputes.source_file_id
from disputes
left join {{ ref("int_adyen__payments") }} as payments on disputes.attempt_id = payments.psp_reference
