"""The fourteen battles of the history, as data. Plants and achievements follow the public record; people,
most dates and most figures are invented. `battles.demo.history` turns a story into rows."""

from __future__ import annotations

from datetime import date

from battles.demo.story import Output, Own, Repair, Story
from battles.states import Barrier, RequestState

REPAIRED, PARTLY, NOT_REPAIRABLE = (
    RequestState.REPAIRED,
    RequestState.PARTLY_REPAIRED,
    RequestState.NOT_REPAIRABLE,
)

STORIES = (
    Story(
        "indorca",
        "indorca",
        "Red eléctrica de INDORCA",
        date(2016, 5, 16),
        5,
        (
            Repair(
                "Tablero principal",
                "Cables y breakers quemados",
                "Se rehízo el tablero con breakers recuperados.",
            ),
            Repair(
                "Torno paralelo 1", "Caja de cambios dañada", "Engranaje fabricado en CALDERYS.", found=True
            ),
        ),
        (Output("Piezas y repuestos", 12, 86, 94, 101),),
        crew_from=("VE-F",),
        lessons="Entre empresas vecinas hay casi todo: faltaba preguntar.",
        taught="Dos trabajadores de la planta aprendieron a probar aislamiento.",
    ),
    Story(
        "gaviota",
        "gaviota",
        "El horno de La Gaviota",
        date(2016, 8, 8),
        5,
        (
            Repair(
                "Horno de harina",
                "El horno está parado y con él toda la planta",
                "Quemador reconstruido y refractario rehecho con material de CALDERYS.",
            ),
            Repair(
                "Secador rotatorio",
                "Rodillos de apoyo gastados",
                "Rodillos torneados en INDORCA.",
                found=True,
            ),
            Repair(
                "Prensa de tornillo",
                "Tornillo gastado",
                "Hélice rellenada con soldadura y rectificada.",
                found=True,
            ),
            Repair("Cocedor de pescado", "Fuga de vapor", "Chaqueta parchada y probada.", found=True),
            Repair(
                "Molino de harina",
                "Rodamientos dañados",
                "Rodamientos salvados de un equipo viejo.",
                found=True,
            ),
            Repair(
                "Sinfín de descarga",
                "Hélice partida",
                "Hélice nueva hecha con lámina de la planta.",
                found=True,
            ),
        ),
        (Output("Harina de pescado", 0, 260, 251, 248),),
        (
            Own("Moledora", "Moledora: engranajes y cuchillas", 47),
            Own("Máquina enlatadora", "Máquina enlatadora: rolas y sincronización", 76),
        ),
        crew_from=("VE-F",),
        lessons="Nos llamaron por un horno; la planta estaba parada por seis máquinas. "
        "Antes de viajar hay que oír a los trabajadores. La planta pasó de nada a 260 toneladas de harina.",
        taught="Los trabajadores hicieron el desmontaje con nosotros: por eso después repararon solos "
        "la moledora y la enlatadora.",
    ),
    Story(
        "equipetrol",
        "equipetrol",
        "Torno de roscado de EQUIPETROL",
        date(2017, 2, 13),
        4,
        (
            Repair("Torno de roscado", "Husillo dañado", "Husillo rectificado y rodamientos adaptados."),
            Repair(
                "Prensa de prueba",
                "Bota aceite",
                "Sellos hechos con material local.",
                outcome=PARTLY,
                barrier=Barrier.NO_PART,
            ),
        ),
        (Output("Equipos petroleros", 2, 9, 11, 12),),
        crew_from=("VE-F",),
        lessons="El sello de alta presión no se consigue; hay que buscar quien lo moldee.",
        taught="Alineación con comparador, a cuatro torneros de la planta.",
    ),
    Story(
        "gaviota-2",
        "gaviota",
        "La Gaviota, segunda visita: la línea de sardinas",
        date(2017, 6, 19),
        5,
        (
            Repair("Autoclave 1", "Bota vapor por la puerta", "Empacadura hecha a medida."),
            Repair("Banda de corte", "No se mueve", "Motorreductor rebobinado y banda empatada."),
            Repair(
                "Caldera 1",
                "El quemador no enciende",
                "Tren de gas limpio y programador reparado.",
                found=True,
            ),
        ),
        (Output("Sardinas enlatadas", 380, 1290, 1310, 1260),),
        follows="gaviota",
        lessons="La segunda visita rindió más porque la planta ya sabía qué pedir.",
        taught="Mantenimiento del quemador, con hoja de arranque pegada en la caldera.",
    ),
    Story(
        "amuay",
        "amuay",
        "Bombas de carga de Amuay",
        date(2017, 9, 11),
        7,
        (
            Repair("Bomba de carga P-12A", "Bota por el sello y vibra", "Eje torneado y sello adaptado."),
            Repair("Válvula FV-118", "Posicionador dañado", "Posicionador armado con dos dañados."),
            Repair(
                "Horno F-401",
                "Quemadores apagados",
                "Boquillas fabricadas en Guayana.",
                outcome=PARTLY,
                barrier=Barrier.NO_TIME,
            ),
        ),
        (Output("Gasolina", 14000, 21500, 22800, 21900),),
        lessons="Siete días no alcanzan para el horno; hace falta un diagnóstico antes.",
        taught="Cambio de sellos mecánicos, a la cuadrilla de la noche.",
    ),
    Story(
        "inaf",
        "inaf",
        "Horno de bronce de INAF",
        date(2017, 11, 6),
        5,
        (
            Repair("Horno de bronce", "Refractario roto", "Revestimiento nuevo con ladrillo nacional."),
            Repair("Inyectora 2", "Resistencias quemadas", "Resistencias hechas a mano.", found=True),
        ),
        (Output("Grifería y ferretería", 700, 2600, 2900, 3100),),
        lessons="Secar el refractario dos días: si se apura, se parte.",
        taught="Preparación de refractario, a la gente de fundición.",
    ),
    Story(
        "gas-cagua",
        "gas-cagua",
        "Llenadero de gas comunal de Cagua",
        date(2018, 1, 22),
        5,
        (
            Repair(
                "Carrusel de llenado",
                "Válvulas de llenado pegadas y balanzas descalibradas",
                "24 puestos en servicio; balanzas calibradas con pesas patrón.",
            ),
            Repair("Bomba de GLP 1", "Bota por el sello", "Sello adaptado de una bomba de agua."),
            Repair("Cadena transportadora", "Cadena partida", "Eslabones fabricados.", found=True),
        ),
        (Output("Bombonas llenas", 2100, 6400, 6900, 6750),),
        lessons="Doce empresas mandaron gente; lo difícil fue repartir las herramientas.",
        taught="Calibración de balanzas, con procedimiento escrito.",
    ),
    Story(
        "nutriveda",
        "nutriveda",
        "Mezcla y empaque en El Gigante Chávez",
        date(2018, 3, 13),
        4,
        (
            Repair("Mezcladora 1", "Eje partido", "Eje nuevo torneado en Villa de Cura."),
            Repair("Empaquetadora 1", "PLC bloqueado", "Programa recuperado y fuente cambiada."),
            Repair("Compresor de aire", "No levanta presión", "Válvulas rectificadas.", found=True),
        ),
        (Output("Nutrichicha", 3800, 12000, 12600, 11900), Output("Nutricereal", 2900, 9000, 9300, 8800)),
        lessons="Treinta personas en cuatro días levantaron las dos líneas a la mitad de su capacidad.",
        taught="Lectura de fallas del PLC, a dos electricistas.",
    ),
    Story(
        "gas-maracay",
        "gas-maracay",
        "Llenadero Cacique Maracay",
        date(2018, 4, 16),
        5,
        (
            Repair(
                "Carrusel de llenado",
                "Carrusel no gira",
                "Reductor reparado con engranaje fundido en Valencia.",
            ),
            Repair("Bomba de GLP", "No levanta caudal", "Impulsor balanceado y sello nuevo."),
        ),
        (Output("Bombonas llenas", 1900, 5400, 5700, 5600),),
        lessons="Los moldes quedaron guardados: sirven para los otros carruseles del país.",
        taught="Cambio de sellos y prueba de fugas.",
    ),
    Story(
        "gas-chivacoa",
        "gas-chivacoa",
        "Llenadero de Chivacoa",
        date(2018, 5, 21),
        5,
        (
            Repair(
                "Carrusel 24 puestos", "Fuga de gas en seis puestos", "Empacaduras y mangueras renovadas."
            ),
            Repair("Compresor de tornillo", "Se recalienta", "Radiador soldado y aceite cambiado."),
            Repair("Montacargas", "No levanta", "Cilindro bruñido y sellos hechos.", found=True),
        ),
        (Output("Bombonas llenas", 1500, 5100, 5400, 5450),),
        lessons="Los 102 trabajadores de la planta trabajaron a la par; así se aprende.",
        taught="Detección de fugas y bloqueo de equipos, a toda la guardia.",
    ),
    Story(
        "gas-tamanaco",
        "gas-tamanaco",
        "Llenadero Cacique Tamanaco",
        date(2018, 7, 9),
        5,
        (
            Repair("Carrusel de llenado", "Balanza descalibrada", "Celdas reparadas y calibradas."),
            Repair("Planta eléctrica", "No genera", "Regulador de voltaje armado en el sitio.", found=True),
        ),
        (Output("Bombonas llenas", 1700, 4100, 4500, 4350),),
        lessons="Sin planta eléctrica propia el llenadero se para con cada apagón.",
        taught="Arranque y cuidado de la planta eléctrica.",
    ),
    Story(
        "inaf-2",
        "inaf",
        "INAF, segunda visita: tornos y forja",
        date(2018, 9, 17),
        5,
        (
            Repair("Torno revólver", "No avanza el carro", "Tuerca de bronce fundida en la propia planta."),
            Repair(
                "Prensa de forja",
                "No hace presión",
                "Bomba hidráulica sin repuesto.",
                outcome=NOT_REPAIRABLE,
                barrier=Barrier.NO_PART,
            ),
        ),
        (Output("Grifería y ferretería", 2800, 3500, 3400, 3380),),
        follows="inaf",
        lessons="Para la prensa hace falta una bomba de otra planta: queda anotado lo que se busca.",
        taught="Fundición de tuercas con modelo de madera.",
    ),
    Story(
        "maizal",
        "maizal",
        "Congeladores y tractores de El Maizal",
        date(2019, 2, 11),
        6,
        (
            Repair("Congelador 1", "Fuga de gas", "Tubería soldada y carga nueva."),
            Repair("Congelador 2", "Compresor pegado", "Compresor cambiado por uno recuperado."),
            Repair("Tractor Veniran 1", "Embrague quemado", "Disco reforrado."),
            Repair("Tractor Belarus", "Levante hidráulico no sube", "Bomba reparada.", found=True),
            Repair("Moledora de carne", "Trancada", "Eje enderezado y cuchillas afiladas.", found=True),
        ),
        (Output("Carne de cerdo", 300, 1600, 1700, 1500), Output("Maíz", 14, 27, 29, 28)),
        (Own("Tractor Veniran 2", "Tractor Veniran 2: embrague reforrado", 58),),
        lessons="La comuna puso la comida y nosotros las manos; dormimos en colchonetas.",
        taught="Reforrado de discos y carga de refrigerante, a seis jóvenes de la comuna.",
    ),
    Story(
        "turismo",
        "turismo",
        "Ascensores y agua helada del Ministerio de Turismo",
        date(2019, 5, 13),
        7,
        (
            Repair("Ascensor 1", "No se mueve: tres años parado", "Tarjeta reparada y guayas nuevas."),
            Repair("Ascensor 2", "Puertas no cierran", "Operador de puertas reconstruido."),
            Repair(
                "Enfriador de agua", "Tarjeta de control dañada", "Tarjeta reparada; los dos cuerpos enfrían."
            ),
            Repair("Planta eléctrica", "No arranca", "Inyección calibrada y baterías cambiadas."),
            Repair("Bomba de agua potable", "Motor quemado", "Motor rebobinado.", found=True),
            Repair(
                "",
                "Alumbrado y cuatro vehículos",
                "Cuatro carros rodando y pasillos con luz.",
                found=True,
                asks=(("building-electricity", 2, 2, 3), ("vehicle-mechanics", 2, 2, 4)),
            ),
        ),
        lessons="No es una fábrica, y se aprendió lo mismo: con la gente del edificio se avanza el doble.",
        taught="Rescate de personas y arranque del enfriador, a mantenimiento del edificio.",
    ),
)
