"""How things look: base page, components, css, js, template tags."""
