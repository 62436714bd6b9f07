from django.urls import path

from bihuan.web.city import views

urlpatterns = [
    path("city/", views.city, name="city"),
    path("map/", views.map_page, name="map"),
    path("map/counties.geojson", views.counties_geojson, name="map-counties"),
    path("map/points.geojson", views.points_geojson, name="map-points"),
]
