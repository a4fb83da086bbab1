{{ items_of_subscriptions("stripe") }}
