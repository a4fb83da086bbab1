{#- An amount in a provider's minor units of a currency as an amount in silver's, which are the finest that any provider
    counts in (the greatest exponent of seeds/currency_exponents.csv), so that amounts of one currency add up whoever
    counted them. Nearly every provider's are the same; the others are listed here by how many of silver's units one of
    theirs is, and a test derives the list from the seed. -#}
{% macro common_units(provider, amount, currency) -%}
    {%- set coarser = {
        "adyen": {"100L": ["CVE", "IDR", "UGX"]},
        "apple": {"100L": ["CLP"]},
        "braintree": {"100L": ["CLP", "ISK", "UGX"]},
        "chargebee": {"100L": ["CLP", "ISK", "UGX"], "10L": ["BHD", "JOD", "KWD", "OMR", "TND"]},
        "google_play": {"100L": ["CLP", "ISK", "UGX"]},
        "razorpay": {"100L": ["CLP", "ISK", "UGX"]},
        "recurly": {"100L": ["CLP", "ISK", "UGX"]},
        "stripe": {"100L": ["CLP", "MGA"]},
    } -%}
    {%- if provider in coarser -%}
        {{ amount }} * case
        {%- for factor, currencies in coarser[provider].items() %} when {{ currency }} in ('{{ currencies | join("', '") }}') then {{ factor }}
        {%- endfor %} else 1L end
    {%- else -%}
        {{ amount }}
    {%- endif -%}
{%- endmacro %}


{#- A relation of each currency and the exponent of silver's minor unit of it. -#}
{% macro finest_units() -%}
    (select currency, max(exponent) as exponent from {{ ref("currency_exponents") }} group by currency)
{%- endmacro %}
