"""How django-allauth behaves here: nobody signs up, who is known may come in by OIDC."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from retained.directory.models import Person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """E-mail and password: for people who were invited."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody signs up: people come by invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail if this installation has a mail server; without one nothing is sent."""
        if settings.MAIL_HOST:
            super().send_mail(template_prefix, email, context)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors."""

    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists this installation."""
        return "Retained"


class OidcAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Sign-in by the company's own identity provider."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: SocialLogin) -> bool:
        """Nobody signs up: the identity provider only opens the door to who is known here."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect a first sign-in with the person of the same e-mail address, or refuse it."""
        if sociallogin.is_existing:
            return
        person = self._known(sociallogin)
        if person is None:
            raise ImmediateHttpResponse(render(request, "directory/not_known.html", status=403))
        sociallogin.connect(request, person)

    def _known(self, sociallogin: SocialLogin) -> Person | None:
        """Return the active person with an address that the identity provider vouches for."""
        vouched = [
            address.email.lower() for address in sociallogin.email_addresses if address.verified
        ]
        return Person.objects.filter(
            is_active=True,
            pk__in=EmailAddress.objects.filter(email__in=vouched, verified=True).values("user_id"),
        ).first()
