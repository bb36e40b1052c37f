# ---
# title: Django REST framework in a notebook
# minutes: 10
# ---

# %% [markdown]
# # An API with Django REST framework

# %%
from course import client, django_app, django_setup

django_setup()

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import models
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework import permissions, serializers, status, viewsets
from rest_framework.authtoken.models import Token
from rest_framework.decorators import action, api_view, throttle_classes
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.throttling import AnonRateThrottle

from course.frameworks.django import fresh_database

# %% [markdown]
# ## Models, serializers, views


# %%
class Author(models.Model):
    name = models.CharField(max_length=50)


class Book(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    pages = models.PositiveIntegerField(default=0)


class BookSerializer(serializers.ModelSerializer):
    author_name = serializers.CharField(source="author.name", read_only=True)

    class Meta:
        model = Book
        fields = ["id", "title", "author", "author_name", "pages"]

    def validate_title(self, title):
        if title.isupper():
            raise serializers.ValidationError("Do not shout.")
        return title


class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.select_related("author").order_by("id")
    serializer_class = BookSerializer
    permission_classes = [permissions.IsAuthenticatedOrReadOnly]

    @action(detail=True)
    def length(self, request, pk=None):
        return Response({"hours": self.get_object().pages / 40})


class OncePerDay(AnonRateThrottle):
    rate = "1/day"


@extend_schema(responses={200: {"type": "object"}})
@api_view()
@throttle_classes([OncePerDay])
def lucky(request):
    return Response({"book": "Emma"})


router = DefaultRouter()
router.register("books", BookViewSet)
api = django_app(
    [
        path("api/", include(router.urls)),
        path("lucky/", lucky),
        path("schema/", SpectacularAPIView.as_view(), name="schema"),
        path("docs/", SpectacularSwaggerView.as_view()),
    ]
)

# %%
fresh_database()
author = Author.objects.create(name="Jane Austen")
Book.objects.create(title="Persuasion", author=author, pages=240)
ada = User.objects.create_user("ada")
token = Token.objects.create(user=ada)
client(api).get("/api/books/").json()

# %% [markdown]
# ## Who may write

# %%
new = {"title": "Emma", "author": author.pk}
refused = client(api).post("/api/books/", json=new)
assert refused.status_code == status.HTTP_403_FORBIDDEN
assert refused.json() == {"detail": "Authentication credentials were not provided."}

# %%
from rest_framework.authentication import TokenAuthentication

BookViewSet.authentication_classes = [TokenAuthentication]
writer = client(api, headers={"Authorization": f"Token {token.key}"})
assert client(api).post("/api/books/", json=new).status_code == 401
created = writer.post("/api/books/", json=new)
assert created.status_code == 201
assert created.json()["author_name"] == "Jane Austen"
assert writer.post("/api/books/", json={**new, "title": "EMMA"}).json() == {"title": ["Do not shout."]}
assert writer.patch("/api/books/2/", json={"pages": 474}).json()["pages"] == 474
assert writer.get("/api/books/1/length/").json() == {"hours": 6.0}
assert writer.put("/api/books/", json=new).status_code == 405
assert writer.delete("/api/books/2/").status_code == 204

# %% [markdown]
# ## Throttled, browsed, described

# %%
cache.clear()
assert [client(api).get("/lucky/").status_code for _ in range(2)] == [200, 429]
page = client(api).get("/api/books/", headers={"Accept": "text/html"})
assert "Book List" in page.text
assert client(api).get("/static/rest_framework/css/default.css").status_code == 200
schema = client(api).get("/schema/?format=json").json()
assert "/api/books/{id}/length/" in schema["paths"]
docs = client(api).get("/docs/").text
assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css" in docs
assert "https://cdn" not in docs
sorted(schema["paths"])
