{#- The contract's movement type for Stripe's reporting_category or, in exports before 2018, type. A capture of less than was
    authorised and a debit that bounced give back part of a capture; a payout that the bank returns corrects the balance. -#}
{% macro stripe_movement_type(category, net_minor, description) -%}
    case
        when {{ category }} in ('charge', 'partial_capture_reversal', 'charge_failure', 'payment', 'payment_failure_refund')
            then 'capture'
        when {{ category }} in ('refund', 'refund_failure', 'payment_refund', 'payment_reversal') then 'refund'
        when {{ category }} = 'dispute' then 'dispute'
        when {{ category }} = 'dispute_reversal' then 'dispute_reversal'
        when {{ category }} = 'adjustment' and {{ description }} like 'Chargeback withdrawal%' then 'dispute'
        when {{ category }} = 'adjustment' and {{ description }} like 'Chargeback reversal%' then 'dispute_reversal'
        when {{ category }} in ('fee', 'stripe_fee', 'application_fee', 'application_fee_refund', 'tax', 'tax_fee', 'network_cost')
            then 'fee'
        when {{ category }} = 'payout' then 'payout'
        when {{ category }} in ('payout_reversal', 'payout_failure', 'payout_cancel', 'other_adjustment', 'adjustment')
            then 'correction'
        when {{ category }} in (
            'risk_reserved_funds', 'reserve_transaction', 'reserved_funds', 'connect_reserved_funds',
            'payout_minimum_balance_hold', 'payout_minimum_balance_release'
        )
            then case when {{ net_minor }} < 0 then 'reserve' else 'reserve_release' end
        when {{ category }} in ('conversion', 'currency_conversion') then 'fx'
        when {{ category }} like '%transfer%' or {{ category }} like 'topup%' or {{ category }} like '%advance%'
            or {{ category }} like 'platform_earning%' or {{ category }} like '%paydown%'
            then 'transfer'
        else 'correction'
    end
{%- endmacro %}
