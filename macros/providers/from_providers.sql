{#- Rows of a contract of silver, from every provider that has landed and can say something of it.
    A provider says it in one model, `int_<provider>__<contract>`, with the columns named here, `source_account_id` (null
    where it has only one account) and `source_file_id`; what it cannot say is `null as <column>` there. Its amounts
    (`*_minor`) are in its own minor units there, and in silver's from here on.
    `providers` are all that can say something; one whose files never landed has no tables to read, and is left out. -#}
{% macro from_providers(contract, providers, columns) -%}
    {%- set landed = landed_providers() -%}
    {%- set found = [] -%}
    {%- for provider in providers -%}
        {#- Once dbt has seen them all, a model that is not read must not be named: its SQL would come along. -#}
        {%- if not execute or provider in landed -%}
            {%- do found.append((provider, ref("int_" ~ provider ~ "__" ~ contract))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if execute and not landed -%}
        {{ exceptions.raise_compiler_error("Nothing has landed yet. Land exports first: paylake land.") }}
    {%- endif -%}
    {%- for provider, rows in found %}
    select
        '{{ provider }}' as provider,
        coalesce(cast(source_account_id as string), 'default') as source_account_id,
        {%- for name, type in columns.items() %}
        {%- set amount_of = "presentment_currency" if name == "presentment_minor" else "currency" %}
        {%- set value = common_units(provider, "`" ~ name ~ "`", amount_of) if name.endswith("_minor") else "`" ~ name ~ "`" %}
        cast({{ value }} as {{ type }}) as `{{ name }}`,
        {%- endfor %}
        cast(source_file_id as string) as source_file_id
    from {{ rows }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        cast(null as string) as provider,
        cast(null as string) as source_account_id,
        {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as `{{ name }}`,
        {%- endfor %}
        cast(null as string) as source_file_id
    where false
    {%- endfor %}
{%- endmacro %}
