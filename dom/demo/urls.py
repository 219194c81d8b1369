"""The addresses that only a demonstration has."""

from django.urls import path

from dom.demo.receivers import Receive

urlpatterns = [path("demo/receivers/<str:name>/", Receive.as_view(), name="demo-receiver")]
