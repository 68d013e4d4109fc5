from django.urls import path

from files.http.pages import FilesPage

urlpatterns = [path("files/", FilesPage.as_view(), name="files")]
