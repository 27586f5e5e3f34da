"""The children of the journeys. All are invented; a pair is one child as reported and as found."""

from typing import Any

Record = dict[str, Any]

GIRL_REPORTED: Record = {
    "record_id": "AMD-2025-0117", "kind": "missing", "name": "রিয়া মণ্ডল", "sex": "female", "age": 9,
    "age_as_of": "2025-03-02", "age_basis": "parent", "event_date": "2025-03-02", "father_name": "সুজিত মণ্ডল",
    "mother_name": "কাকলি মণ্ডল", "sibling_names": ["তনয় মণ্ডল"], "home_country": "India",
    "home_state": "West Bengal", "home_district": "North 24 Parganas", "home_village": "Amdanga",
    "languages": ["Bengali"], "marks": ["scar@chin"],
}
GIRL_FOUND: Record = {
    "record_id": "LDH/88/25", "kind": "found", "name": "Riya Mandal", "name_source": "child", "sex": "female",
    "age_min": 8, "age_max": 10, "age_basis": "visual", "event_date": "2025-05-20", "father_name": "Sujeet Mandal",
    "mother_name": "Kakoli", "sibling_names": ["Tanay"], "home_country": "India", "home_state": "West Bengal",
    "home_district": "North 24 Parganas", "home_village": "Aamdanga",
    "languages": ["Bengali"], "marks": ["scar@chin"],
}
BOY_REPORTED: Record = {
    "record_id": "DUM-31", "kind": "missing", "name": "Mangal Oraon", "sex": "male", "age": 11,
    "age_as_of": "2024-11-10", "event_date": "2024-11-10", "father_name": "Budhram Oraon",
    "mother_name": "Phulmani Oraon",
    "sibling_names": ["Sanjay Oraon", "Basanti Oraon"], "home_country": "India", "home_state": "Jharkhand",
    "home_district": "Dumka", "home_village": "Ramgarh", "languages": ["Kurukh", "Hindi"],
    "marks": ["burn@forearm:left"],
}
BOY_FOUND: Record = {
    "record_id": "PAT-2025-9", "kind": "found", "name": "राजू", "name_source": "staff", "sex": "male", "age": 11,
    "age_as_of": "2025-01-15", "age_basis": "visual", "event_date": "2025-01-15", "father_name": "बुधराम उरांव",
    "mother_name": "फूलमनी", "sibling_names": ["संजय", "बसंती"], "home_state": "झारखंड", "home_district": "दुमका",
    "home_village": "रामगढ़", "languages": ["Hindi"], "marks": ["burn@forearm:left"],
}
NEPALI_REPORTED: Record = {
    "record_id": "SPK-204", "kind": "missing", "name": "सुनिता तामाङ", "sex": "female", "date_of_birth": "BS:2069-03",
    "event_date": "2025-01-05", "father_name": "काले तामाङ", "mother_name": "मैया तामाङ",
    "sibling_names": ["बिकास तामाङ"], "home_country": "Nepal", "home_district": "Sindhupalchok",
    "home_village": "Melamchi", "nationality": ["Nepali"], "languages": ["Tamang", "Nepali"],
}
NEPALI_FOUND: Record = {
    "record_id": "LDH/91/25", "kind": "found", "name": "Sunita Tamang", "name_source": "child", "sex": "female",
    "age_min": 12, "age_max": 15, "age_basis": "visual", "event_date": "2025-04-11", "father_name": "Kale",
    "mother_name": "Maiya Tamang", "sibling_names": ["Bikash"], "home_country": "India",
    "home_district": "Sindhupalchowk", "home_village": "Melamchi", "nationality": ["Indian"], "languages": ["Nepali"],
}
UNRELATED: tuple[Record, ...] = tuple(
    {
        "record_id": f"OTH-{number}", "kind": kind, "name": name, "sex": sex, "age": age, "age_as_of": day,
        "event_date": day, "father_name": father, "mother_name": mother, "home_state": state, "home_district": district,
    }
    for number, (kind, name, sex, age, day, father, mother, state, district) in enumerate(
        [
            ("missing", "Imran Sheikh", "male", 7, "2025-02-11", "Karim Sheikh", "Rabeya Bibi", "West Bengal", "Malda"),
            ("missing", "Pooja Yadav", "female", 14, "2024-12-01", "Hari Yadav", "Geeta Yadav", "Bihar", "Gaya"),
            ("missing", "Deepak Saini", "male", 10, "2025-01-21", "Om Saini", "Bimla", "Haryana", "Rohtak"),
            ("found", "Gurpreet", "male", 12, "2025-03-30", "Balbir", "Harjit Kaur", "Punjab", "Moga"),
            ("found", "Anjali Kumari", "female", 6, "2025-04-02", "Shiv", "Rekha Devi", "Bihar", "Siwan"),
            ("found", "Faruk", "male", 9, "2025-05-05", "Jalal", "Hasina", "Assam", "Dhubri"),
        ]
    )
)
FACE_REPORTED: Record = {
    "record_id": "HOW-12-25", "kind": "missing", "name": "Pritilata Hembram", "sex": "female", "age": 9,
    "age_as_of": "2025-04-02", "event_date": "2025-04-02", "father_name": "Lakhan Hembram",
    "mother_name": "Sukurmoni Hembram", "home_country": "India", "home_state": "West Bengal", "home_district": "Howrah",
}
"""Found, she shares nothing with this but the face: whoever brought her gave her other names and another home."""
FACE_FOUND: Record = {
    "record_id": "GAY-7", "kind": "found", "name": "Rukhsar Parveen", "name_source": "child", "sex": "female",
    "age": 10, "age_as_of": "2025-09-01", "event_date": "2025-09-01", "father_name": "Aftab Alam",
    "mother_name": "Zeenat", "home_country": "India", "home_state": "Uttar Pradesh", "home_district": "Ballia",
}
