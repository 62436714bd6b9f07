from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError, Forbidden


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx, csv or jsonl. Nothing is taken in before you have seen the preview."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.jsonl,.txt"}),
    )


def tried(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Whether the act went through; a refusal is written on the form, with nothing typed lost."""
    try:
        act()
    except Forbidden:
        raise
    except BihuanError as error:
        form.add_error(None, str(error))
        return False
    return True
