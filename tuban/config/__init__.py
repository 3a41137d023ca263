"""How the product is put together: state folders, settings, URLs, navigation, the WSGI door."""
