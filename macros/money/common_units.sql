{#- An amount in a provider's minor units of a currency as an amount in silver's, which are the finest that any provider
    counts in (the greatest exponent of seeds/currency_exponents.csv), so that amounts of one currency add up whoever
    counted them. Nearly every provider's are the same; the others are listed here, and a test derives the list from the seed. -#}
{% macro common_units(provider, amount, currency) -%}
    {%- set coarser = {
        "adyen": ["CVE", "IDR", "UGX"],
        "apple": ["CLP"],
        "braintree": ["CLP", "ISK", "UGX"],
        "google_play": ["CLP", "ISK", "UGX"],
        "razorpay": ["CLP", "ISK", "UGX"],
        "stripe": ["CLP", "MGA"],
    } -%}
    {%- if provider in coarser -%}
        {{ amount }} * if({{ currency }} in ('{{ coarser[provider] | join("', '") }}'), 100L, 1L)
    {%- else -%}
        {{ amount }}
    {%- endif -%}
{%- endmacro %}


{#- A relation of each currency and the exponent of silver's minor unit of it. -#}
{% macro finest_units() -%}
    (select currency, max(exponent) as exponent from {{ ref("currency_exponents") }} group by currency)
{%- endmacro %}
