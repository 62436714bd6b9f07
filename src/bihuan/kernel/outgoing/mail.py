from django.conf import settings

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


def sends_mail() -> bool:
    """Whether there is a mail server: Django's dummy takes every message and sends none."""
    return bool(settings.EMAIL_BACKEND != NO_MAIL)
