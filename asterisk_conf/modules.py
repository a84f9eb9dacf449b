"""The modules Asterisk loads, each group with its reason. Found by starting 22.10.1 with nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that are there for one reason."""

    why: str
    names: tuple[str, ...]


MODULES = (
    Group(
        "configuration and objects of the SIP stack",
        ("res_pjproject", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb"),
    ),
    Group("clock", ("res_timing_timerfd",)),
    Group(
        "SIP: sessions, registration, who is calling, transfers by REFER, hangup reasons",
        (
            "res_pjsip",
            "res_pjsip_session",
            "res_pjsip_pubsub",
            "res_pjsip_nat",
            "res_pjsip_dlg_options",
            "res_pjsip_authenticator_digest",
            "res_pjsip_endpoint_identifier_user",
            "res_pjsip_endpoint_identifier_ip",
            "res_pjsip_registrar",
            "res_pjsip_caller_id",
            "res_pjsip_refer",
            "res_pjsip_rfc3326",
            "res_pjsip_sdp_rtp",
            "res_rtp_asterisk",
            "chan_pjsip",
        ),
    ),
    Group(
        "audio: A-law and µ-law on the wire, plain samples in recordings, WAV in messages",
        ("codec_alaw", "codec_ulaw", "codec_a_mu", "format_pcm", "format_sln", "format_wav"),
    ),
    Group("talks between two channels, and of three", ("bridge_simple", "bridge_softmix", "app_confbridge")),
    Group(
        "what the dialplan says",
        (
            "pbx_config",
            "app_channelredirect",
            "app_chanspy",
            "app_stack",
            "app_dial",
            "app_playback",
            "app_queue",
            "app_mixmonitor",
            "app_userevent",
            "app_verbose",
            "res_speech",
            "res_agi",
            "res_musiconhold",
        ),
    ),
    Group(
        "what the dialplan asks",
        (
            "func_callerid",
            "func_channel",
            "func_devstate",
            "func_env",
            "func_global",
            "func_logic",
            "func_strings",
            "func_timeout",
        ),
    ),
)
