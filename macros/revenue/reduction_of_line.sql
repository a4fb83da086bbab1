{#- What a line is lowered by: what is credited to it, and its share of what is taken off its whole invoice. Neither more than
    the line nor of the other sign, and nothing before it is issued. -#}
{% macro reduction_of_line(of_invoice) -%}
    if(is_issued, least(
        greatest(
            line_credit_minor
            + {{ share_of("amount_minor", "least(" ~ of_invoice ~ ", invoice_minor)", "invoice_minor") }},
            least(amount_minor, 0L)
        ),
        greatest(amount_minor, 0L)
    ), 0L)
{%- endmacro %}
