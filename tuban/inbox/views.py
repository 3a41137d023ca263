"""消息, 岗位邮箱, 提醒规则."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages as told
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuban.accounts.access import require
from tuban.accounts.requests import SignedInRequest
from tuban.inbox import actions, pages
from tuban.inbox.actions import MailboxRefused, RuleRefused

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
def messages(request: SignedInRequest) -> HttpResponse:
    """消息 of the post that is signed in."""
    require(request.user, "read")
    page = pages.messages_page(request.user, request.GET)
    return render(request, "inbox/messages.html", {"page": page})


@require_safe
def message(request: SignedInRequest, pk: int) -> HttpResponse:
    """Marks a message as read and leads to the spot it is about."""
    require(request.user, "read")
    found = actions.open_message(actor=request.user, message_id=pk)
    inside = url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if inside else "messages")


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """全部标为已读."""
    require(request.user, "read")
    count = actions.read_all(actor=request.user)
    told.success(request, f"已把 {count} 条消息标为已读。")
    return redirect("messages")


@require_POST
def switch(request: SignedInRequest) -> HttpResponse:
    """Switches the e-mail of one's own post on or off."""
    require(request.user, "read")
    wanted = request.POST.get("wanted") == "1"
    actions.switch_mail(actor=request.user, wanted=wanted)
    told.success(request, "已开启邮件。" if wanted else "已关闭邮件，站内消息照常。")
    return redirect("messages")


@require_http_methods(["GET", "HEAD", "POST"])
def mailboxes(request: SignedInRequest) -> HttpResponse:
    """岗位邮箱 of every post; POST sets one, or sends the e-mail of one again."""
    require(request.user, "manage_accounts")
    if request.method == "POST" and "again" in request.POST:
        actions.send_again(actor=request.user, post_id=_number(request.POST["again"]))
        told.success(request, "已重新发送，稍后刷新查看结果。")
        return redirect("mailboxes")
    refused, status, typed = None, HTTPStatus.OK, ("", "")
    if request.method == "POST":
        written, address = request.POST.get("post", ""), request.POST.get("address", "")
        try:
            actions.set_mailbox(actor=request.user, post_id=_number(written), address=address)
        except MailboxRefused as error:
            refused, status, typed = error, REFUSED, (written, address)
        else:
            told.success(request, "已保存。")
            return redirect("mailboxes")
    context = {
        "page": pages.mailboxes_page(),
        "refused": refused,
        "typed_post": typed[0],
        "typed": typed[1],
    }
    return render(request, "inbox/mailboxes.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: SignedInRequest) -> HttpResponse:
    """提醒规则 of the places in scope; POST sets one."""
    require(request.user, "read")
    refused, status = None, HTTPStatus.OK
    if request.method == "POST":
        given = request.POST
        try:
            actions.set_rule(
                actor=request.user,
                region_code=given.get("region", ""),
                before=_numbers(given.get("before", "")),
                again=_number(given.get("again", "")),
                source=given.get("source", ""),
            )
        except RuleRefused as error:
            refused, status = error, REFUSED
        else:
            told.success(request, "已保存，下一次提醒起按新规则。")
            return redirect("reminder-rules")
    context = {"page": pages.rules_page(request.user), "refused": refused, "typed": request.POST}
    return render(request, "inbox/rules.html", context, status=status)


def _number(written: str) -> int:
    """The number; 0 for anything else, which every action refuses."""
    text = written.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _numbers(written: str) -> list[int]:
    """10、3、1 as people write it."""
    for sign in "、，,;；":
        written = written.replace(sign, " ")
    return [_number(word) for word in written.split()]
