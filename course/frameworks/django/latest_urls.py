"""The URL table of the Django program that was made last; see `django_app`."""

urlpatterns: list = []
