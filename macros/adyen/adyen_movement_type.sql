{#- The contract's movement type for Adyen's journal type. An invoice deduction takes the month's costs from the balance; a deposit
    is held until Adyen gives it back; a payout that the bank returns corrects the balance. -#}
{% macro adyen_movement_type(type_raw, net_minor) -%}
    case
        when {{ type_raw }} like 'Settled%' then 'capture'
        when {{ type_raw }} like 'Refunded%' then 'refund'
        when {{ type_raw }} like '%ChargebackReversed%' or {{ type_raw }} = 'PrearbitrationWon' then 'dispute_reversal'
        when {{ type_raw }} like '%Chargeback%' or {{ type_raw }} = 'PrearbitrationLost' then 'dispute'
        when {{ type_raw }} in (
            'Fee', 'MiscCosts', 'PaymentCost', 'InvoiceDeduction', 'AuthorisationSchemeFee', 'AdvancementCommissioned'
        )
            then 'fee'
        when {{ type_raw }} = 'MerchantPayout' then 'payout'
        when {{ type_raw }} in ('DepositCorrection', 'ReserveAdjustment')
            then case when {{ net_minor }} < 0 then 'reserve' else 'reserve_release' end
        when {{ type_raw }} in ('Balancetransfer', 'InternalCompanyPayout', 'MerchantPayin', 'Advanced')
            then 'transfer'
        else 'correction'
    end
{%- endmacro %}
