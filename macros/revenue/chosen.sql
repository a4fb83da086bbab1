{#- A variable of the project that is one of a few words; the first of them where it is not set. Another word stops the build. -#}
{% macro chosen(name, words) -%}
    {%- set word = var(name, words[0]) -%}
    {%- if execute and word not in words -%}
        {{ exceptions.raise_compiler_error(name ~ " is '" ~ word ~ "': choose one of " ~ words | join(", ") ~ ".") }}
    {%- endif -%}
    {{- word -}}
{%- endmacro %}
