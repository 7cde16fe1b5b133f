"""Invented people: common names of the country, put together by chance."""

from __future__ import annotations

from random import Random

from epo.core.text import fold
from volunteers.states import Gender

WOMEN = tuple(
    "María Yelitza Carmen Yuleima Rosa Milagros Belkis Zulay Yesenia Coromoto Nohelia Dayana Génesis Yusmary "
    "Maigualida Omaira Deisy Xiomara Luisa Marbella Norkis Andreína Yoselin Karina Maryori Elvia Francis Aura "
    "Roraima Keila Noris Dulce Yamileth Gladys Iraima Oriana Betzaida Mirla Josefina Damelis Wilmary Marlene "
    "Ysabel Nakary Zoraida Rosángela Migdalia Eglée Thais Yanetzi".split()
)
MEN = tuple(
    "José Luis Carlos Wilmer Jesús Freddy Edgar Yorman Ramón Douglas Alirio Jhonny Pedro Argenis Franklin Rafael "
    "Nelson Yonathan Héctor Eduar Simón Alexis Orlando Gregorio Wuilian Antonio Ender Leonel Richard Gustavo "
    "Eleazar Omar Luisber Ángel Marcos Yeferson Félix Rubén Danny Elvis Neptalí Germán Oswaldo Kelvin Julio "
    "Ricardo Albenis Tulio Humberto Reinaldo Giovanny Darwin Evaristo Jairo Temístocles".split()
)
SURNAMES = tuple(
    "González Rodríguez Pérez Hernández García Rivas Márquez Salazar Marcano Brito Guevara Rondón Mendoza "
    "Colmenares Chacón Contreras Moreno Parra Urdaneta Villalobos Montiel Fuenmayor Bracho Colina Chirinos "
    "Petit Medina Arteaga Zambrano Camacaro Escalona Yépez Torrealba Pacheco Blanco Palacios Machado Istúriz "
    "Bolívar Figuera Guaicara Maita Campos Cedeño Lezama Carvajal Betancourt Aponte Landaeta Tovar Sojo Álvarez "
    "Belisario Hurtado Infante Seijas Carpio Núñez Azuaje Briceño Quintero Dávila Rangel Uzcátegui Peña Angulo "
    "Valero Barrios Perdomo Graterol Terán Abreu Linares Sequera Pineda Mújica Oropeza Suárez Veliz Rosales "
    "Guédez Cordero Natera Malavé Gamboa Cova Millán Figueroa Gil Ordaz".split()
)


def full_name(rng: Random, gender: str) -> str:
    first = rng.choice(WOMEN if gender == Gender.WOMAN else MEN)
    return f"{first} {rng.choice(SURNAMES)} {rng.choice(SURNAMES)}"


def mobile(number: int) -> str:
    """Well formed, and nobody's: no subscriber's number begins with 0."""
    prefix = ("412", "414", "416", "424", "426")[number % 5]
    return f"+58{prefix}0{number // 5:06d}"


def mail_name(name: str, number: int) -> str:
    first, *rest = fold(name).split()
    return f"{first}.{rest[0] if rest else 'epo'}.{number}@example.org"
