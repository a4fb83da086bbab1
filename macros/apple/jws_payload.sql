{#- The payload of a JSON web signature, as JSON text: its second part, base64url without padding. Nothing is verified. -#}
{% macro jws_payload(jws) -%}
    {%- set part = "split_part(" ~ jws ~ ", '.', 2)" -%}
    cast(unbase64(concat(
        translate({{ part }}, '-_', '+/'),
        repeat('=', cast((4 - length({{ part }}) % 4) % 4 as int))
    )) as string)
{%- endmacro %}
