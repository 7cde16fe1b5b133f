"""Everyday words of people who type on old phones, folded: lower case, without accents."""

from __future__ import annotations

from battles.states import DeclineReason
from factories.states import Condition

YES = frozenset(
    {"si", "sii", "siii", "s", "ok", "okay", "okey", "dale", "voy", "acepto", "confirmo", "claro", "yes", "epa"}
)
NO = frozenset({"no", "noo", "nop", "nope", "tampoco", "imposible", "rechazo", "n"})
NO_THAT_MEANS_YES = ("no hay problema", "sin problema", "como no", "no problem", "no fallo", "no falto")
HEDGES = frozenset(
    {"pero", "solo", "solamente", "menos", "excepto", "salvo", "desde", "hasta", "despues", "antes", "quizas", "quiza",
     "depende", "capaz", "talvez", "dia", "dias", "semana"}
)  # fmt: skip
"""In a yes they mean that it is not a yes to everything."""

REPORT = frozenset(
    {"averia", "averias", "aberia", "haveria", "averiada", "averiado", "reporte", "reportes", "reportar", "reporto",
     "falla", "fallas", "dano", "danada", "danado"}
)  # fmt: skip
READING = frozenset({"produccion", "producion", "produccio", "producimos", "produjimos", "produjo", "prod"})
REPAIR = frozenset(
    {"reparamos", "reparado", "reparada", "reparacion", "repararon", "arreglamos", "arreglada", "arreglado"}
)
SAME = frozenset({"mismo", "misma", "igual"})
HELP = frozenset({"ayuda", "ayudame", "help", "info", "comandos", "menu"})
STOP = frozenset({"baja", "stop", "salir", "unsubscribe"})
START = frozenset({"alta", "start"})
POLITE = frozenset({"por", "favor", "gracias", "ya", "me", "doy", "de", "quiero", "darme", "la", "el", "una", "fa"})
NOTHING = frozenset(
    {"no", "nada", "ninguno", "ninguna", "listo", "lista", "ya", "fin", "0", "eso", "es", "todo", "mas", "n", "gracias"}
)

ORDINARY = frozenset(
    {
        "buen",
        "cada",
        "gran",
        "hace",
        "nada",
        "para",
        "rape",
        "tuya",
        "vaya",
        "vean",
        "haya",
        "pega",
        "cama",
        "casa",
        "pena",
    }
)
"""Words that have only signs of which codes are made."""

REASONS: tuple[tuple[DeclineReason, tuple[str, ...]], ...] = (
    (DeclineReason.HEALTH, (
        "enferm", "salud", "hospital", "medic", "doctor", "operad", "operac", "gripe", "fiebre", "covid", "reposo",
        "dolor", "lesion", "lastim", "embaraz", "dengue", "consulta", "quebrant",
    )),
    (DeclineReason.FAMILY, (
        "famil", "hijo", "hija", "mama", "papa", "espos", "mujer", "marido", "nino", "nina", "abuel", "boda", "funeral",
        "fallec", "murio", "duelo", "bebe", "madre", "padre", "herman", "entierro", "velorio",
    )),
    (DeclineReason.TRANSPORT, (
        "lejos", "pasaje", "transport", "gasolina", "carro", "camion", "autobus", "bus", "real", "reales", "dinero",
        "plata", "vehiculo", "moto", "distancia", "viatico", "viaj", "cola",
    )),
    (DeclineReason.WORK, (
        "trabaj", "guardia", "turno", "jefe", "empleo", "chamba", "empresa", "permiso", "laboral", "clases", "jornada",
    )),
    (DeclineReason.SAFETY, ("insegur", "segurid", "peligr", "miedo", "riesgo", "violen", "asalt", "robo")),
)  # fmt: skip
"""By how words begin; the first word of a text that is known decides."""

_STANDS = r"parad\w+|paro|paralizad\w+|detenid\w+|muert\w+|quemad\w+|apagad\w+|danad\w+|rot[oa]"
_DOES_NOT = r"no (?:anda|prende|arranca|funciona|enciende|camina|sirve|trabaja|da)"
CONDITIONS: tuple[tuple[Condition, str], ...] = (
    (Condition.DANGEROUS, r"peligr\w*|incendi\w*|fuego|explot\w*|explosion|fuga de gas|electrocut\w*|corrientazo"),
    (Condition.STOPPED, rf"{_STANDS}|{_DOES_NOT}"),
    (Condition.BADLY, r"mal|malo|mala|regular|lent[oa]|a medias|ruido|falla\w*|a veces|se apaga|vibra\w*"),
)
NO_DANGER = r"(?:no (?:es|hay|esta|parece)|sin) (?:\w+ )?peligr\w*"

MONTHS = {
    name: number
    for number, names in enumerate(
        ("ene enero", "feb febrero", "mar marzo", "abr abril", "may mayo", "jun junio", "jul julio", "ago agosto",
         "sep sept septiembre setiembre", "oct octubre", "nov noviembre", "dic diciembre"), 1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("lun lunes", "martes", "mie miercoles", "jue jueves", "vie viernes", "sab sabado", "dom domingo")
    )
    for name in names.split()
}
