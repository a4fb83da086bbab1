{#- The type of a movement by PayPal's event code; the group, its first two digits, says it but for reversals, adjustments and
    what goes either way. Source: PayPal's transaction event code reference. -#}
{% macro paypal_movement_type(code, is_credit) -%}
    case
        when {{ code }} like 'T00%' then if({{ is_credit }}, 'capture', 'transfer')
        when {{ code }} like 'T01%' or {{ code }} in ('T1108', 'T1109') then 'fee'
        when {{ code }} like 'T02%' then 'fx'
        when {{ code }} like 'T04%' and not {{ is_credit }} then 'payout'
        when {{ code }} in ('T1107', 'T1113') and not {{ is_credit }} then 'refund'
        when {{ code }} in ('T1106', 'T1201', 'T1207') and not {{ is_credit }} then 'dispute'
        when {{ code }} in ('T1106', 'T1201', 'T1202', 'T1205', 'T1207', 'T1208') then 'dispute_reversal'
        when {{ code }} in ('T1105', 'T1110', 'T1111') or {{ code }} like 'T15%' or {{ code }} like 'T21%'
            then if({{ is_credit }}, 'reserve_release', 'reserve')
        when
            {{ code }} in ('T1104', 'T1114', 'T1115')
            or substring({{ code }}, 1, 3) in (
                'T03', 'T04', 'T05', 'T06', 'T07', 'T10', 'T16', 'T17', 'T18', 'T20', 'T22', 'T30', 'T50', 'T97'
            )
            then 'transfer'
        else 'correction'
    end
{%- endmacro %}
