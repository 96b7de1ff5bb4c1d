"""Addresses of the directory; permissions.toml names who may open each."""

from django.urls import path

from retained.directory.views import devices, entry, forgetting, goals, organisations, people

urlpatterns = [
    path("directory/", organisations.directory, name="directory"),
    path("directory/organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("directory/organisations/<slug:slug>/", organisations.organisation, name="organisation"),
    path(
        "directory/organisations/<slug:slug>/edit/",
        organisations.organisation_edit,
        name="organisation_edit",
    ),
    path(
        "directory/organisations/<slug:slug>/legal-entities/new/",
        organisations.legal_entity_new,
        name="legal_entity_new",
    ),
    path("directory/organisations/<slug:slug>/sites/new/", organisations.site_new, name="site_new"),
    path(
        "directory/legal-entities/<int:legal_entity>/",
        organisations.legal_entity_edit,
        name="legal_entity_edit",
    ),
    path("directory/sites/<int:site>/", organisations.site_edit, name="site_edit"),
    path("directory/goals/", goals.goals, name="goals"),
    path("directory/goals/new/", goals.goal_new, name="goal_new"),
    path("directory/goals/<int:goal>/", goals.goal_edit, name="goal_edit"),
    path("directory/people/", people.people, name="people"),
    path("directory/people/invite/", people.person_invite, name="person_invite"),
    path("directory/people/<str:person>/", people.person, name="person"),
    path("directory/people/<str:person>/edit/", people.person_edit, name="person_edit"),
    path("directory/people/<str:person>/grant/", people.person_grant, name="person_grant"),
    path(
        "directory/people/<str:person>/deactivate/",
        people.person_deactivate,
        name="person_deactivate",
    ),
    path(
        "directory/people/<str:person>/reactivate/",
        people.person_reactivate,
        name="person_reactivate",
    ),
    path(
        "directory/people/<str:person>/password-link/",
        people.person_password_link,
        name="person_password_link",
    ),
    path(
        "directory/people/<str:person>/drop-factors/",
        people.person_drop_factors,
        name="person_drop_factors",
    ),
    path("directory/people/<str:person>/forget/", forgetting.person_forget, name="person_forget"),
    path("directory/roles/<int:grant>/revoke/", people.person_revoke, name="person_revoke"),
    path(
        "directory/invitations/<int:invitation>/withdraw/",
        people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("directory/permissions/", entry.show_permissions, name="permission_table"),
    path("directory/second-factor/", entry.second_factor_rules, name="second_factor_rules"),
    path("invitation/<str:secret>/", entry.invitation, name="invitation"),
    path("tokens/", entry.api_tokens, name="api_tokens"),
    path("tokens/<int:token>/revoke/", entry.api_token_revoke, name="api_token_revoke"),
    path("accounts/sessions/", devices.signed_in_devices, name="usersessions_list"),
    path("chair/", entry.chair_take, name="chair_take"),
]
