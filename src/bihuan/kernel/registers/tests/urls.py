from importlib import import_module

from django.urls import include, path

from bihuan.kernel.registers.register import REGISTERS
from bihuan.kernel.registers.tests.toy import TOY, ToyRegister
from bihuan.kernel.registers.urls import for_register

REGISTERS["toy"] = TOY
toy_urls = for_register(ToyRegister)
REGISTERS.pop("toy")

urlpatterns = [*import_module("bihuan.web.urls").urlpatterns, path("toy/", include(toy_urls))]
